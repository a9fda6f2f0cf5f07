import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatePerson } from '../../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../../src/sources/sandbox/render-page.ts';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor, type ActorRunResult } from '../../helpers/runs/run-actor.ts';
import { html, startScriptedServer } from '../../helpers/sites/scripted-server.ts';
import { startStandIn, type StandIn } from '../../sources/providers/stand-in.ts';

const people = ['starred-one', 'starred-two', 'starred-three'];
const starred = (handle: string) => html(renderPage(generatePerson(handle, { kind: 'masked', number: 5 })));

/** AI Ark knows the first, People Data Labs the third; Enrich Layer rejects the key. */
const aiArk = (asked: string) =>
    asked.includes('starred-one')
        ? {
              headers: { 'x-credit': '-0.5' },
              body: {
                  content: [
                      {
                          link: { linkedin: urlOf('starred-one') },
                          profile: { full_name: 'Ada Exemplar', title: 'Head of Tides' },
                          company: { summary: { name: 'Neap & Sons' } },
                          email: 'canary@ada.example',
                          phone: '+33 canary',
                          last_updated: '2026-02-14',
                      },
                  ],
                  totalElements: 1,
              },
          }
        : { status: 500, body: 'canary of an error body' };
const peopleDataLabs = (asked: string) =>
    asked.includes('starred-three')
        ? {
              body: {
                  data: {
                      full_name: 'cy exemplar',
                      linkedin_username: 'starred-three',
                      job_title: 'sailor',
                      job_company_name: 'old quay',
                      mobile_phone: 'canary',
                  },
              },
          }
        : { status: 404, body: 'canary of an error body' };

describe('a run with providers for what the page masks', () => {
    let result: ActorRunResult;
    let storage: string;
    let servers: StandIn[];
    beforeAll(async () => {
        const page = await startScriptedServer(
            Object.fromEntries(people.map((handle) => [`/in/${handle}/`, starred(handle)])),
        );
        servers = [
            await startStandIn(({ body }) => aiArk(JSON.stringify(body))),
            await startStandIn(() => ({ status: 401, body: 'canary of an error body' })),
            await startStandIn(({ query }) => peopleDataLabs(query['profile'] ?? '')),
        ];
        storage = await mkdtemp(join(tmpdir(), 'provider-run-'));
        const origins = servers.map(({ origin }) => origin);
        result = await runActor(
            {
                profileUrls: people.map(urlOf),
                sources: ['public-page', 'ai-ark', 'enrich-layer', 'people-data-labs'],
                requiredFields: ['title', 'company'],
                aiArkApiKey: 'canary-key-1',
                enrichLayerApiKey: 'canary-key-2',
                peopleDataLabsApiKey: 'canary-key-3',
                maxProviderLookups: 20,
            },
            {
                storage,
                env: {
                    PUBLIC_PAGE_ORIGIN: page.origin,
                    AI_ARK_ORIGIN: origins[0] ?? '',
                    ENRICH_LAYER_ORIGIN: origins[1] ?? '',
                    PDL_ORIGIN: origins[2] ?? '',
                },
            },
        );
        await page.close();
    });
    afterAll(async () => {
        for (const server of servers) await server.close();
        await rm(storage, { recursive: true, force: true });
    });
    const rowOf = (handle: string) => result.rows.find(({ url }) => url === urlOf(handle));

    it('uses the whole record of the first provider that has it', () => {
        expect(rowOf('starred-one')).toMatchObject({
            status: 'success',
            profile: { full_name: 'Ada Exemplar', title: 'Head of Tides', company: { name: 'Neap & Sons' } },
            meta: { source: 'ai-ark', data_as_of: '2026-02-14', is_partial: false },
        });
        expect(rowOf('starred-three')).toMatchObject({
            profile: { full_name: 'cy exemplar', title: 'sailor' },
            meta: { source: 'people-data-labs' },
        });
        expect(rowOf('starred-two')).toMatchObject({ meta: { source: 'public-page', is_partial: true } });
    });

    it('adds up, and charges complete profiles', () => {
        expectTruth(result);
        expect(result.output).toMatchObject({
            found: 3,
            partial: 1,
            charged: 2,
            sources: { 'ai-ark': { asked: 3, found: 1, failed: 2, provider_credits: 0.5 } },
        });
    });

    it('continues without a provider that rejects its key, with a warning', () => {
        const warning = 'Enrich Layer refuses the API key: correct `enrichLayerApiKey` and run again.';
        expect(result.output.warnings).toContainEqual(expect.stringContaining(warning));
    });

    it('names the variable of a rejected operator key', async () => {
        const page = await startScriptedServer({ '/in/starred-one/': starred('starred-one') });
        const operators = await runActor(
            { profileUrls: [urlOf('starred-one')], requiredFields: ['title'] },
            {
                env: {
                    SOURCES: 'public-page,enrich-layer',
                    ENRICH_LAYER_API_KEY: 'canary-key',
                    ENRICH_LAYER_ORIGIN: servers[1]?.origin ?? '',
                    PUBLIC_PAGE_ORIGIN: page.origin,
                },
            },
        );
        await page.close();
        expect(operators.output.warnings).toContainEqual(
            expect.stringContaining('Enrich Layer refuses the API key: correct `ENRICH_LAYER_API_KEY` and run again.'),
        );
        expect(operators.log).not.toMatch(/canary/i);
    });

    it('keeps keys, error bodies and unrequested data out of log, rows, records and files', async () => {
        expect(result.log).not.toMatch(/canary/i);
        for (const file of await readdir(storage, { recursive: true, withFileTypes: true })) {
            if (!file.isFile() || file.name === 'INPUT.json') continue;
            expect(await readFile(join(file.parentPath, file.name), 'utf8'), file.name).not.toMatch(/canary/i);
        }
    });
});
