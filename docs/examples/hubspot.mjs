// Receives Apify's webhook at the end of a run and adds the people found to HubSpot, up to a hundred per request.
// Contacts are identified by their LinkedIn URL: first create a contact property `linkedin_address` with unique values.
//   npm install apify-client && APIFY_TOKEN=… HUBSPOT_TOKEN=… WEBHOOK_SECRET=… PORT=8090 node hubspot.mjs
import { createServer } from 'node:http';
import { ApifyClient } from 'apify-client';

const { APIFY_TOKEN, HUBSPOT_TOKEN, WEBHOOK_SECRET, PORT = '8090' } = process.env;
if (!WEBHOOK_SECRET) throw new Error('Set WEBHOOK_SECRET: without it, anyone who knows the address could send data.');
const countries = new Intl.DisplayNames(['en'], { type: 'region' });
const hubspot = 'https://api.hubapi.com';
const client = new ApifyClient({ token: APIFY_TOKEN });

createServer((request, response) => void answer(request, response)).listen(Number(PORT), () =>
    console.log(`Listening on port ${PORT}.`),
);

async function answer(request, response) {
    try {
        if (request.headers['x-webhook-secret'] !== WEBHOOK_SECRET) return response.writeHead(401).end();
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const { resource } = JSON.parse(Buffer.concat(chunks).toString());
        const count = await copyPeople(resource.defaultDatasetId);
        response.writeHead(200).end(`${count} contacts`);
    } catch (error) {
        // Apify sends the webhook again later. Existing contacts are updated, not duplicated.
        console.error(error);
        response.writeHead(500).end();
    }
}

async function copyPeople(datasetId) {
    const { items } = await client.dataset(datasetId).listItems();
    const people = items.filter(({ status, duplicate_of }) => status === 'success' && duplicate_of === null);
    for (let first = 0; first < people.length; first += 100) {
        const inputs = people.slice(first, first + 100).map(toContact);
        const upserted = await fetch(`${hubspot}/crm/v3/objects/contacts/batch/upsert`, {
            method: 'POST',
            headers: { authorization: `Bearer ${HUBSPOT_TOKEN}`, 'content-type': 'application/json' },
            body: JSON.stringify({ inputs }),
        });
        if (!upserted.ok) throw new Error(`HubSpot returned ${upserted.status}: ${await upserted.text()}`);
    }
    return people.length;
}

function toContact({ canonical_url, profile }) {
    const properties = {
        linkedin_address: canonical_url,
        firstname: profile.first_name,
        lastname: profile.last_name,
        jobtitle: profile.title,
        company: profile.company.name,
        city: profile.location.city,
        state: profile.location.state,
        country: profile.location.country && countries.of(profile.location.country),
    };
    // Values that LinkedIn does not show must not clear those in HubSpot.
    const known = Object.entries(properties).filter(([, value]) => value !== null);
    return { id: canonical_url, idProperty: 'linkedin_address', properties: Object.fromEntries(known) };
}
