import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { hasPostgres } from './test-databases.ts';

const run = promisify(execFile);

/** The folder of Debian's newest PostgreSQL programs; null without. */
const bin = findPrograms();

/** Whether tests may start PostgreSQL servers: the programs are installed and DATABASE_URL is set. */
export const hasPostgresPrograms = bin !== null && hasPostgres;

export const postgresProgramsHint =
    'NOT RUN: needs PostgreSQL’s programs. Install Debian’s `postgresql`, or run `.ci/with-postgres npm test` as root';

/** A PostgreSQL server for one test, which can be made read-only, replicated and crashed. */
export class PostgresServer {
    readonly port: number;
    readonly folder: string;

    private constructor(folder: string, port: number) {
        this.folder = folder;
        this.port = port;
    }

    /** Starts an empty server, or a standby that follows `primary`. */
    static async start({ primary }: { primary?: PostgresServer } = {}): Promise<PostgresServer> {
        const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
        const user = postgresUser();
        if (user) chownSync(folder, user.uid, user.gid);
        const server = new PostgresServer(folder, await findFreePort());
        const data = join(folder, 'data');
        if (primary) {
            await server.#program(
                'pg_basebackup',
                '-D',
                data,
                '-R',
                '-h',
                '127.0.0.1',
                '-p',
                `${primary.port}`,
                '-U',
                'test',
            );
        } else {
            await server.#program('initdb', '-D', data, '-U', 'test', '--auth=trust', '-E', 'UTF8', '--locale=C');
        }
        await server.#control('start', '-l', join(folder, 'log'), '-o', server.#settings());
        return server;
    }

    url(database = 'postgres', port = this.port): string {
        return `postgresql://test@127.0.0.1:${port}/${database}`;
    }

    async query<Row extends pg.QueryResultRow>(sql: string, database = 'postgres'): Promise<Row[]> {
        const client = new pg.Client({ connectionString: this.url(database) });
        await client.connect();
        try {
            return (await client.query<Row>(sql)).rows;
        } finally {
            await client.end();
        }
    }

    /** Refuses writes on every connection, open ones included, like a demoted server. */
    async makeReadOnly(): Promise<void> {
        await this.query('alter system set default_transaction_read_only = on');
        await this.query('select pg_reload_conf()');
        // The reload takes a moment; open connections get the setting before new ones are accepted.
        const isReadOnly = async () =>
            (await this.query(`select where current_setting('default_transaction_read_only') = 'on'`)).length > 0;
        while (!(await isReadOnly()));
    }

    async promote(): Promise<void> {
        await this.#control('promote');
    }

    /** Stops it at once, like a crash: unflushed data is lost. It can be restarted. */
    async crash(): Promise<void> {
        await this.#control('stop', '-m', 'immediate');
    }

    async restart(): Promise<void> {
        await this.#control('start', '-l', join(this.folder, 'log'), '-o', this.#settings());
    }

    async stop(): Promise<void> {
        await this.#control('stop', '-m', 'immediate').catch(() => {});
        await rm(this.folder, { recursive: true, force: true });
    }

    #settings(): string {
        return `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.folder} -c max_connections=100`;
    }

    async #control(...words: string[]): Promise<void> {
        await this.#program('pg_ctl', '-D', join(this.folder, 'data'), '-w', ...words);
    }

    /** PostgreSQL refuses to run as root. */
    async #program(name: string, ...words: string[]): Promise<void> {
        await run(join(bin ?? '', name), words, { cwd: '/', ...postgresUser() });
    }
}

/** A port that forwards to one server until `turnTo`; existing connections stay where they are. */
export async function startFloatingAddress(target: { port: number }) {
    let port = target.port;
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
        const upstream = connect(port, '127.0.0.1');
        for (const [socket, other] of [
            [client, upstream],
            [upstream, client],
        ] as const) {
            sockets.add(socket);
            socket.on('error', () => {});
            socket.on('close', () => {
                sockets.delete(socket);
                other.destroy();
            });
        }
        client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    return {
        port: (server.address() as AddressInfo).port,
        turnTo(other: { port: number }) {
            port = other.port;
        },
        async close() {
            for (const socket of sockets) socket.destroy();
            await new Promise((resolve) => {
                server.close(resolve);
            });
        },
    };
}

function findPrograms(): string | null {
    const root = '/usr/lib/postgresql';
    if (!existsSync(root)) return null;
    const versions = readdirSync(root).sort((one, other) => Number(other) - Number(one));
    return (
        versions.map((version) => join(root, version, 'bin')).find((path) => existsSync(join(path, 'initdb'))) ?? null
    );
}

function postgresUser(): { uid: number; gid: number } | null {
    if (process.getuid?.() !== 0) return null;
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    return { uid: id('-u'), gid: id('-g') };
}

async function findFreePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
        server.close(resolve);
    });
    return port;
}
