import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** A record that is written in pieces. */
export type RecordUpload = {
    /** Resolves when more can be written; rejects when the record cannot be written. */
    write(text: string): Promise<void>;
    /** Resolves when the record is stored. */
    end(): Promise<void>;
    /** Cancels the upload. */
    abandon(): void;
};

export type OpenUpload = (key: string, contentType: string) => RecordUpload;

/** An upload lasts as long as rows are read; the caller has its own time limit. */
const uploadTimeoutSecs = 300;

/** The streaming part of a key-value store client. */
export type StreamStore = {
    setRecord(
        record: { key: string; value: NodeJS.ReadableStream; contentType: string },
        options: { timeoutSecs: number },
    ): Promise<unknown>;
};

/** Opens a record on the platform for streaming. */
export function openStreamUpload(store: StreamStore, key: string, contentType: string): RecordUpload {
    const pipe = new PassThrough();
    return writeTo(pipe, store.setRecord({ key, value: pipe, contentType }, { timeoutSecs: uploadTimeoutSecs }));
}

/** Opens a local record for streaming; the store's own client would buffer it in memory. */
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
    // A destroyed stream also emits an error, which `storing` already reports.
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
            failed.abort(new Error('the upload was abandoned'));
            stream.destroy();
        },
    };
}
