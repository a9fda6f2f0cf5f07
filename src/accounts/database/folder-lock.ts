import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { createServer, request as startRequest, type RequestListener, type Server } from 'node:http';
import { join, relative } from 'node:path';

/** What a socket's path may have, in bytes, on every system that has them (Linux 107, macOS 103). */
const maxSocketPathBytes = 103;

/** A holder that does not answer within this, in milliseconds, is alive all the same: it may be stopped or busy. */
const answerTimeoutMs = 15_000;

export type FolderLock = {
    /** Answers whoever talks to the folder's holder from now on. Until then they are told to wait. */
    serve(listener: RequestListener): void;
    release(): Promise<void>;
};

/**
 * Takes the folder for this process, or finds out who has it.
 *
 * The lock is a Unix socket in the folder (mode 0600), so it ends with its process, however that ends. Each contender
 * first listens on a socket of its own and then looks for others that are alive; who sees one steps back. Of two that
 * come at once at least one sees the other, so the folder never has two holders.
 */
export async function lockFolder(folder: string): Promise<{ kind: 'locked'; lock: FolderLock } | { kind: 'held' }> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let serve: RequestListener = (_request, response) => {
        response.writeHead(503).end();
    };
    const server = createServer((request, response) => serve(request, response));
    const own = `holder-${randomBytes(6).toString('hex')}.sock`;
    await listenPrivately(server, socketPath(folder, own));
    const removeSocket = () => rmSync(join(folder, own), { force: true });
    process.once('exit', removeSocket);
    const release = () =>
        new Promise<void>((resolve) => {
            process.off('exit', removeSocket);
            server.close(() => resolve());
            server.closeAllConnections();
        });
    if ((await findHolders(folder, own)).length > 0) {
        await release();
        return { kind: 'held' };
    }
    const lock: FolderLock = {
        serve(listener) {
            serve = listener;
        },
        release,
    };
    return { kind: 'locked', lock };
}

/** The socket names of live processes in the folder, but `own`; those that dead ones left behind are removed. */
async function findHolders(folder: string, own: string | null): Promise<string[]> {
    const names = (await readdir(folder).catch(() => [])).filter(
        (name) => name.startsWith('holder-') && name.endsWith('.sock') && name !== own,
    );
    const holders: string[] = [];
    for (const name of names) {
        if ((await ask(socketPath(folder, name), 'HEAD', '')) === null) await rm(join(folder, name), { force: true });
        else holders.push(name);
    }
    return holders;
}

/**
 * Sends a text to whoever holds the folder and returns the answer's text. `nobody` when it is free, `busy` when its
 * holder cannot answer yet.
 */
export async function askHolder(folder: string, body: string): Promise<string | { kind: 'nobody' | 'busy' }> {
    const [name] = await findHolders(folder, null);
    if (name === undefined) return { kind: 'nobody' };
    const answer = await ask(socketPath(folder, name), 'POST', body);
    return answer?.statusCode === 200 ? answer.body : { kind: 'busy' };
}

function ask(path: string, method: string, body: string): Promise<{ statusCode: number; body: string } | null> {
    return new Promise((resolve) => {
        const request = startRequest(
            { socketPath: path, method, path: '/', agent: false, timeout: answerTimeoutMs },
            (response) => {
                const chunks: Buffer[] = [];
                response.on('data', (chunk: Buffer) => chunks.push(chunk));
                response.on('error', () => resolve({ statusCode: 0, body: '' }));
                response.on('end', () =>
                    resolve({ statusCode: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
                );
            },
        );
        request.on('timeout', () => request.destroy(new Error('no answer in time')));
        request.on('error', (error: NodeJS.ErrnoException) => {
            // Nobody listens: the process is gone. Everything else is somebody who breaks off.
            const isDead = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
            resolve(isDead ? null : { statusCode: 0, body: '' });
        });
        request.end(body);
    });
}

function listenPrivately(server: Server, path: string): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        // The socket is made before `listen` returns, so nobody ever sees it with wider rights.
        const before = process.umask(0o177);
        try {
            server.listen(path, resolve);
        } finally {
            process.umask(before);
        }
    });
}

/** The shorter of the absolute and the relative path: a socket's path must be short. */
function socketPath(folder: string, name: string): string {
    const absolute = join(folder, name);
    const short = relative(process.cwd(), absolute);
    const path = short.length < absolute.length ? short : absolute;
    if (Buffer.byteLength(path) > maxSocketPathBytes) {
        throw new Error(`The path of the folder is too long for a socket: ${folder}. Move the project up.`);
    }
    return path;
}
