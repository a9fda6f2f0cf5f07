import { describe, expect, it } from 'vitest';
import { formatAnswer, runCommand } from '../../../src/accounts/cli/commands.ts';
import { goThroughCommands } from '../../helpers/api/go-through-commands.ts';
import { describeOnAccounts } from '../../helpers/databases/test-databases.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

describeOnAccounts('runCommand', (test) => {
    it('runs every command', () => goThroughCommands((words) => runCommand(test.db, words, now)));

    it.each([
        [['usage', 'ten_x'], 'There is no tenant "ten_x". `tenant list` shows them.'],
        [['key', 'create', 'ten_x'], 'There is no tenant "ten_x". `tenant list` shows them.'],
        [['key', 'list', 'ten_x'], 'There is no tenant "ten_x". `tenant list` shows them.'],
        [['key', 'revoke', 'key_x'], 'There is no key "key_x".'],
        [
            ['credits', 'add', 'ten_x', '1.5'],
            '"1.5" is not a number of credits: use a whole number from 1 to 1000000000.',
        ],
        [['credits', 'add', 'ten_x', '0'], '"0" is not a number of credits: use a whole number from 1 to 1000000000.'],
        [
            ['credits', 'add', 'ten_x', '-5'],
            '"-5" is not a number of credits: use a whole number from 1 to 1000000000.',
        ],
        [['tenant', 'create', 'x', '--credits', '-5'], '"-5" is not a number of credits'],
        [['credits', 'add', 'ten_x', '5'], 'There is no tenant "ten_x". `tenant list` shows them.'],
        [['tenant', 'create', 'x', '--credits', '99999999999'], 'use a whole number from 0 to 1000000000.'],
        [['tenant', 'create', ' '], 'A tenant needs a name.'],
        [['tenant', 'set', 'ten_x', '--rate', '5'], 'There is no tenant "ten_x". `tenant list` shows them.'],
        [['tenant', 'set', 'ten_x', '--rate', '0'], '`--rate` and `--urls` take a whole number from 1 to 1000.'],
        [['tenant', 'set', 'ten_x', '--urls', '1001'], '`--rate` and `--urls` take a whole number from 1 to 1000.'],
        [['suppress', 'https://example.com/'], '"https://example.com/": This address is not on linkedin.com.'],
        [
            ['suppress', 'Ada-Example'],
            '"Ada-Example" is not a profile URL. Did you mean https://www.linkedin.com/in/ada-example/?',
        ],
        [['unsuppress', 'null'], '"null": This word alone names no profile.'],
        [['usage'], '`usage` needs <tenant_id>.'],
    ])('fails with one sentence: %j', async (words, sentence) => {
        const outcome = await runCommand(test.db, words, now);
        expect(outcome).toEqual({ ok: false, message: expect.stringContaining(sentence) });
    });

    it('never exceeds the maximum balance', async () => {
        const made = await runCommand(test.db, ['tenant', 'create', 'x', '--credits', '1000000000'], now);
        const tenantId = made.ok ? String(made.answer['tenant_id']) : '';
        expect(await runCommand(test.db, ['credits', 'add', tenantId, '1'], now)).toEqual({
            ok: false,
            message: 'A tenant can have at most 1000000000 credits.',
        });
    });
});

describe('formatAnswer', () => {
    it('prints fields as lines and lists as tables', () => {
        const answer = { tenant_id: 'ten_1', credits: 5, days: [{ date: '2026-03-01', requests: 12 }] };
        expect(formatAnswer(answer)).toBe('tenant_id  ten_1\ncredits    5\n\ndate        requests\n2026-03-01  12');
    });

    it('removes control characters from names', () => {
        expect(formatAnswer({ name: 'a\u001B[2Jb' })).toBe('name  a [2Jb');
    });

    it('reports an empty list', () => {
        expect(formatAnswer({ keys: [] })).toBe('no keys');
    });
});
