import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { createServer, request as startRequest, type RequestListener, type Server } from 'node:http';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';

/** The maximum length of a socket path in bytes on all systems (Linux 107, macOS 103). */
const maxSocketPathBytes = 103;

/** In milliseconds. A holder that does not respond in time counts as alive: it may be suspended or busy. */
const responseTimeoutMs = 15_000;

export type FolderLock = {
    /** Handles requests to the holder of the folder. Until then they get 503. */
    serve(listener: RequestListener): void;
    release(): Promise<void>;
};

/**
 * Locks the folder for this process; null if another process holds it.
 *
 * The lock is a Unix socket in the folder (mode 0600), so it ends with its process, however that ends. A contender
 * first listens on its own socket, then looks for other live ones, and gives up if it finds one. Of two concurrent
 * contenders at least one sees the other, so the folder never has two holders.
 */
export async function lockFolder(folder: string): Promise<FolderLock | null> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let serve: RequestListener = (_request, response) => void response.writeHead(503).end();
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
        return null;
    }
    return {
        serve(listener) {
            serve = listener;
        },
        release,
    };
}

/** The socket names of live processes in the folder except `own`. Sockets of dead processes are removed. */
async function findHolders(folder: string, own: string | null): Promise<string[]> {
    const names = (await readdir(folder).catch(() => [])).filter(
        (name) => name.startsWith('holder-') && name.endsWith('.sock') && name !== own,
    );
    const holders: string[] = [];
    for (const name of names) {
        if ((await send(socketPath(folder, name), 'HEAD', '')) === null) await rm(join(folder, name), { force: true });
        else holders.push(name);
    }
    return holders;
}

/**
 * Sends a text to the holder of the folder and returns its response. `free` if no one holds it, `busy` if the holder
 * cannot respond yet.
 */
export async function requestHolder(folder: string, body: string): Promise<string | { kind: 'free' | 'busy' }> {
    const [name] = await findHolders(folder, null);
    if (name === undefined) return { kind: 'free' };
    const response = await send(socketPath(folder, name), 'POST', body);
    return response?.statusCode === 200 ? response.body : { kind: 'busy' };
}

/** Sends a request to a socket. Null if no process listens; status 0 if the connection broke or timed out. */
function send(path: string, method: string, body: string): Promise<{ statusCode: number; body: string } | null> {
    return new Promise((resolve) => {
        const request = startRequest(
            { socketPath: path, method, path: '/', agent: false, timeout: responseTimeoutMs },
            (response) => {
                const { statusCode = 0 } = response;
                text(response).then(
                    (received) => resolve({ statusCode, body: received }),
                    () => resolve({ statusCode: 0, body: '' }),
                );
            },
        );
        request.on('timeout', () => request.destroy(new Error('no response in time')));
        request.on('error', (error: NodeJS.ErrnoException) => {
            // No process listens. After any other error there is a process.
            const isDead = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
            resolve(isDead ? null : { statusCode: 0, body: '' });
        });
        request.end(body);
    });
}

function listenPrivately(server: Server, path: string): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        // The socket is created before `listen` returns, so it never has wider permissions.
        const before = process.umask(0o177);
        try {
            server.listen(path, resolve);
        } finally {
            process.umask(before);
        }
    });
}

/** The shorter of the absolute and the relative path, because socket paths are limited. */
function socketPath(folder: string, name: string): string {
    const absolute = join(folder, name);
    const short = relative(process.cwd(), absolute);
    const path = short.length < absolute.length ? short : absolute;
    if (Buffer.byteLength(path) > maxSocketPathBytes) {
        throw new Error(
            `The path of the folder is too long for a socket: ${folder}. Move the project to a shorter path.`,
        );
    }
    return path;
}
