import { expect, it } from 'vitest';
import { profileSchema } from '../../../src/enrichment/result/profile.ts';
import { SourceUnusableError, type Source } from '../../../src/enrichment/source.ts';

/** A provider's service: a local server, or the real one with a key. */
export type Service = {
    open: (apiKey: string) => Source;
    apiKey: string;
    /** A handle with a complete record, and one that does not exist. */
    knownHandle: string;
    unknownHandle: string;
};

function ask(source: Source, handle: string) {
    return source.fetchProfile({ handle, timeoutMs: 15_000, signal: new AbortController().signal });
}

/** Tests that hold for the local and the real service. Costs one lookup. */
export function itKeepsTheServiceContract(getService: () => Service): void {
    it('finds the requested person with a complete profile', async () => {
        const { open, apiKey, knownHandle } = getService();
        const outcome = await ask(open(apiKey), knownHandle);
        expect(outcome).toMatchObject({ kind: 'found', handle: knownHandle, unreadSections: [] });
        if (outcome.kind !== 'found') return;
        expect(profileSchema.parse(outcome.profile)).toEqual(outcome.profile);
        expect(outcome.profile.position_groups.length).toBeGreaterThan(0);
    });

    it('reports not found for a handle that does not exist', async () => {
        const { open, apiKey, unknownHandle } = getService();
        expect(await ask(open(apiKey), unknownHandle)).toMatchObject({ kind: 'not_found' });
    });

    it('refuses an invalid key, and names the field to correct', async () => {
        const { open, knownHandle } = getService();
        const asked = ask(open('canary-of-a-key'), knownHandle);
        await expect(asked).rejects.toThrow(SourceUnusableError);
        await expect(asked).rejects.toThrow(/refuses the API key: correct `\w+` and run again\.$/);
        await expect(asked).rejects.not.toThrow(/canary/);
    });
}
