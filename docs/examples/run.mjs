// Looks up profiles and prints one line per row.
//   npm install apify-client && APIFY_TOKEN=… node run.mjs https://www.linkedin.com/in/someone/ …
import { ApifyClient } from 'apify-client';

const client = new ApifyClient({ token: process.env.APIFY_TOKEN });
const run = await client
    .actor('USERNAME/linkedin-profile-details')
    .call({ profileUrls: process.argv.slice(2) }, { maxTotalChargeUsd: 5, log: null });

const { items } = await client.dataset(run.defaultDatasetId).listItems();
// Rows arrive in the order they are finished; `line` is the position in the list.
items.sort((one, other) => one.line - other.line);
for (const { line, url, status, profile, reason } of items) {
    console.log(line, status, profile?.full_name ?? url, profile?.title ?? profile?.headline ?? reason);
}
// Lines that were not processed (spending limit, or the run's timeout), ready for the next run.
const remaining = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('REMAINING_URLS');
console.log(`${remaining?.value.length ?? 0} left. ${run.statusMessage}`);
