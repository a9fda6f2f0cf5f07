import type { NamedStore } from '../../../src/actor/watch/watch-store.ts';

/** A key-value store in memory; records are kept as text, as on the platform. `onSet` may reject a record. */
export class MemoryStore implements NamedStore {
    readonly texts = new Map<string, string>();
    onSet: (key: string) => void = () => {};

    async get(key: string): Promise<unknown> {
        const text = this.texts.get(key);
        return text === undefined ? null : JSON.parse(text);
    }

    async set(key: string, value: unknown): Promise<void> {
        this.onSet(key);
        this.texts.set(key, JSON.stringify(value));
    }

    async delete(key: string): Promise<void> {
        this.texts.delete(key);
    }

    async listKeys(): Promise<string[]> {
        return [...this.texts.keys()];
    }
}
