import { PGlite } from '@electric-sql/pglite';
import type { Database } from './database.ts';

/**
 * The embedded database in a folder of its own, or a copy of `template` in memory. The folder must be locked by the
 * caller: a second process that opens it ruins it.
 */
export async function openPGlite(home: { folder: string } | { template: Blob }): Promise<Database> {
    const db = await PGlite.create('folder' in home ? { dataDir: home.folder } : { loadDataDir: home.template });
    return {
        async query<Row>(sql: string, parameters: readonly unknown[] = []) {
            return (await db.query<Row>(sql, [...parameters])).rows;
        },
        transaction: (work) =>
            db.transaction((tx) =>
                work({
                    async query<Row>(sql: string, parameters: readonly unknown[] = []) {
                        return (await tx.query<Row>(sql, [...parameters])).rows;
                    },
                    async script(sql) {
                        await tx.exec(sql);
                    },
                }),
            ),
        close: () => db.close(),
    };
}
