import { describe, expect, it } from 'vitest';
import { describePostgres } from '../../../src/accounts/database/postgres.ts';

describe('describePostgres', () => {
    it.each([
        ['postgresql://ada:secret@db.example:6432/accounts', 'PostgreSQL at db.example:6432, database accounts'],
        [
            'postgresql://ada:secret@/accounts?host=/run/pg&port=6432',
            'PostgreSQL in the socket folder /run/pg, port 6432, database accounts',
        ],
        [
            'postgresql://ada:secret@%2Frun%2Fpg/accounts',
            'PostgreSQL in the socket folder /run/pg, port 5432, database accounts',
        ],
        ['postgres://ada:sec%23ret%2F@db.example/accounts', 'PostgreSQL at db.example:5432, database accounts'],
    ])('says where %s leads, and never its password', (url, place) => {
        expect(describePostgres(url)).toBe(place);
    });
});
