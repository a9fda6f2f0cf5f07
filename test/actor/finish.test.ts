import { expect, it } from 'vitest';
import { describeUnread } from '../../src/actor/finish.ts';

it('describes unread sections, unknown attributes and unknown page keys', () => {
    const unread = new Map([
        ['skills', 3],
        ['data-section hobbies', 1],
        ['page key public_profile_v4_desktop', 2],
    ]);
    const [section, mark, key, ...others] = describeUnread(unread);
    expect(section).toMatch(/`skills`.* 3 pages/);
    expect(mark).toMatch(/`hobbies`.* 1 page:/);
    expect(key).toMatch(/^2 pages .*`public_profile_v4_desktop`/);
    expect(others).toEqual([]);
    expect(describeUnread(new Map())).toEqual([]);
});
