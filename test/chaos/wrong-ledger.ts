import { Actor, log } from 'apify';

/**
 * An Actor that charges as the SDK suggests: `Actor.pushData(item, event)`, with a note of what is done kept beside
 * it. It is wrong on purpose: the chaos check has to find it out, or the check proves nothing.
 */
log.setLevel(log.LEVELS.ERROR);
await Actor.init();
const { profileUrls } = (await Actor.getInput<{ profileUrls: string[] }>()) ?? { profileUrls: [] };
const done = (await Actor.getValue<number[]>('DONE')) ?? [];
for (const [index, url] of profileUrls.entries()) {
    if (done.includes(index)) continue;
    const row = {
        url,
        status: 'success',
        input_index: index,
        duplicate_of: null,
        meta: { credits_used: 1, batch_id: String(index) },
    };
    await Actor.pushData(row, 'profile-found');
    done.push(index);
    await Actor.setValue('DONE', done);
}
const totals = { partial: 0, not_found: 0, errors: 0, invalid: 0, duplicates: 0, remaining: 0 };
const message = `${done.length} found.`;
await Actor.setValue('OUTPUT', {
    ...totals,
    lines: profileUrls.length,
    found: done.length,
    charged: done.length,
    ending: 'completed',
    message,
});
await Actor.setStatusMessage(message, { isStatusMessageTerminal: true });
await Actor.exit();
