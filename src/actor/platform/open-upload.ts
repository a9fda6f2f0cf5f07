import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** A record that is written piece by piece. */
export type RecordUpload = {
    /** Resolves when the next piece may come; rejects when the record cannot be written. */
    write(text: string): Promise<void>;
    /** Resolves when the record is stored. */
    end(): Promise<void>;
    /** Gives the record up. */
    abandon(): void;
};

export type OpenUpload = (key: string, contentType: string) => RecordUpload;

/** An upload goes on for as long as the rows are being read; whoever writes has a limit of their own. */
const uploadTimeoutSecs = 300;

/** The part of a key-value store's client that takes a stream. */
export type StreamStore = {
    setRecord(
        record: { key: string; value: NodeJS.ReadableStream; contentType: string },
        options: { timeoutSecs: number },
    ): Promise<unknown>;
};

/** Opens a record of a store on the platform for writing piece by piece. */
export function openStreamUpload(store: StreamStore, key: string, contentType: string): RecordUpload {
    const pipe = new PassThrough();
    return writeTo(pipe, store.setRecord({ key, value: pipe, contentType }, { timeoutSecs: uploadTimeoutSecs }));
}

/** Opens a record of a local store, which is a file; the store's own client would gather it in memory first. */
export function openFileUpload(path: string): RecordUpload {
    const file = createWriteStream(path);
    return writeTo(file, finished(file));
}

function writeTo(stream: Writable, storing: Promise<unknown>): RecordUpload {
    const failed = new AbortController();
    const settled = storing.catch((error: unknown) => failed.abort(error));
    const failing = new Promise<never>((_, reject) => {
        failed.signal.addEventListener('abort', () => reject(failed.signal.reason as Error), { once: true });
    });
    failing.catch(() => {});
    // What is torn down tells so by an event too; `storing` has told already.
    stream.on('error', () => {});
    return {
        async write(text) {
            failed.signal.throwIfAborted();
            if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failing]);
        },
        async end() {
            stream.end();
            await Promise.race([settled, failing]);
            failed.signal.throwIfAborted();
        },
        abandon() {
            failed.abort(new Error('the record was given up'));
            stream.destroy();
        },
    };
}
