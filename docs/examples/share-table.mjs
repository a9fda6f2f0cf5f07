// Prints the formula that loads a run's table into Google Sheets, with a signed link that needs no token.
//   npm install apify-client && APIFY_TOKEN=… node share-table.mjs <run id>
import { ApifyClient } from 'apify-client';

const client = new ApifyClient({ token: process.env.APIFY_TOKEN });
const run = await client.run(process.argv[2] ?? '').get();
if (!run) throw new Error('There is no such run.');
const link = await client.keyValueStore(run.defaultKeyValueStoreId).getRecordPublicUrl('profiles.csv');
console.log(`=IMPORTDATA("${link}")`);
