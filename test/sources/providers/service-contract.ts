import { expect, it } from 'vitest';
import { profileSchema } from '../../../src/enrichment/result/profile.ts';
import { SourceUnusableError, type Source } from '../../../src/enrichment/source.ts';

/** A provider's service: the stand-in of a test, or the real one with a key. */
export type Service = {
    open: (apiKey: string) => Source;
    apiKey: string;
    /** Somebody it knows in full, and somebody who does not exist. */
    knownHandle: string;
    unknownHandle: string;
};

export function ask(source: Source, handle: string) {
    return source.fetchProfile({ handle, timeoutMs: 15_000, signal: new AbortController().signal });
}

/** What holds of a provider's service wherever it is. Costs one lookup of somebody known. */
export function itKeepsTheServiceContract(getService: () => Service): void {
    it('finds who was asked for, as a whole profile', async () => {
        const { open, apiKey, knownHandle } = getService();
        const outcome = await ask(open(apiKey), knownHandle);
        expect(outcome).toMatchObject({ kind: 'found', handle: knownHandle, unreadSections: [] });
        if (outcome.kind !== 'found') return;
        expect(profileSchema.parse(outcome.profile)).toEqual(outcome.profile);
        expect(outcome.profile.position_groups.length).toBeGreaterThan(0);
    });

    it('knows nobody who does not exist', async () => {
        const { open, apiKey, unknownHandle } = getService();
        expect(await ask(open(apiKey), unknownHandle)).toMatchObject({ kind: 'not_found' });
    });

    it('refuses a key that is none, and says which field to correct', async () => {
        const { open, knownHandle } = getService();
        const asked = ask(open('canary-of-a-key'), knownHandle);
        await expect(asked).rejects.toThrow(SourceUnusableError);
        await expect(asked).rejects.toThrow(/refuses the API key: correct `\w+` and run again\.$/);
        await expect(asked).rejects.not.toThrow(/canary/);
    });
}
