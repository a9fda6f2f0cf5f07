import { describe, expect, it } from 'vitest';
import { checkPostgresAddress, describePostgres } from '../../../src/accounts/database/postgres.ts';

describe('the address of a PostgreSQL server', () => {
    it.each([
        ['postgresql://ada:secret@db.example:6432/accounts', 'PostgreSQL at db.example:6432, database accounts'],
        ['postgres://db.example', 'PostgreSQL at db.example:5432, database of the user'],
        ['postgresql://ada:secret@[::1]:6432/accounts', 'PostgreSQL at ::1:6432, database accounts'],
        [
            'postgresql://ada:secret@/accounts?host=/run/pg&port=6432',
            'PostgreSQL in the socket folder /run/pg, port 6432, database accounts',
        ],
        [
            'postgresql:///accounts?host=/run/pg',
            'PostgreSQL in the socket folder /run/pg, port 5432, database accounts',
        ],
        [
            'postgresql://ada:secret@%2Frun%2Fpg/accounts',
            'PostgreSQL in the socket folder /run/pg, port 5432, database accounts',
        ],
        ['socket:/run/pg?db=accounts', 'PostgreSQL in the socket folder /run/pg, port 5432, database accounts'],
        ['postgres://ada:s%23e%2Fc%3Fr%40t%25@db.example/accounts', 'PostgreSQL at db.example:5432, database accounts'],
        [
            'postgres://ada:s!e$c&r*t@db.example/accounts?sslmode=verify-full',
            'PostgreSQL at db.example:5432, database accounts',
        ],
    ])('is taken as %s, and told without its password', (address, place) => {
        expect(() => checkPostgresAddress(address)).not.toThrow();
        expect(describePostgres(address)).toBe(place);
    });

    it.each([
        ['a # in the password', 'postgres://ada:se#cret@db.example/accounts', 'write # as %23'],
        ['a / in the password', 'postgres://ada:se/cret@db.example/accounts', '/ as %2F'],
        ['a ? in the password', 'postgres://ada:se?cret@db.example/accounts', '? as %3F'],
        ['a % that encodes nothing', 'postgres://ada:se%cret@db.example/accounts', '% as %25'],
        ['several hosts', 'postgres://ada:secret@db1.example,db2.example/accounts', 'names several hosts'],
        [
            'several hosts with ports',
            'postgres://ada:secret@db1.example:5432,db2.example:5432/accounts',
            'names several hosts',
        ],
        ['several hosts in its query', 'postgres:///accounts?host=db1.example,db2.example', 'names several hosts'],
        ['another scheme', 'mysql://ada:secret@db.example/accounts', 'must be a PostgreSQL address such as'],
        ['no address', 'secret', 'must be a PostgreSQL address such as'],
        ['an invalid port', 'postgres://ada:secret@db.example:port/accounts', 'cannot be parsed'],
        ['a # after the database', 'postgres://ada:secret@db.example/accounts#x', 'has a #'],
    ])('is refused with %s, in a sentence that names the variable and not the password', (_, address, words) => {
        const check = () => checkPostgresAddress(address);
        expect(check).toThrow(words);
        expect(check).toThrow(/^The environment variable DATABASE_URL [^\n]*\.$/);
        expect(check).not.toThrow(/secret|se#cret|cret/);
    });
});
