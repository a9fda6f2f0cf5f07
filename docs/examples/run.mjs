// Looks up profiles and prints a line for each.
//   npm install apify-client && APIFY_TOKEN=… node run.mjs https://www.linkedin.com/in/someone/ …
import { ApifyClient } from 'apify-client';

const client = new ApifyClient({ token: process.env.APIFY_TOKEN });
const run = await client
    .actor('USERNAME/linkedin-profile-details')
    .call({ profileUrls: process.argv.slice(2) }, { maxTotalChargeUsd: 5, log: null });

const { items } = await client.dataset(run.defaultDatasetId).listItems();
// Rows come as they are answered; `line` is their place in the list.
items.sort((one, other) => one.line - other.line);
for (const { line, url, status, profile, reason } of items) {
    console.log(line, status, profile?.full_name ?? url, profile?.title ?? profile?.headline ?? reason);
}
// What nobody got to (the limit above, or the run's time) is ready for the next run.
const remaining = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('REMAINING_URLS');
console.log(`${remaining?.value.length ?? 0} left. ${run.statusMessage}`);
