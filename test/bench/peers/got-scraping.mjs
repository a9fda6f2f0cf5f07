// got-scraping as one writes it: a proxy for each request, a session for each proxy, three tries.
import { Actor } from 'apify';
import { load } from 'cheerio';
import { gotScraping } from 'got-scraping';
import pLimit from 'p-limit';
import { readWithCheerio } from './read-with-cheerio.mjs';

await Actor.init();
const { profileUrls, maxRequestsPerSecond, proxyConfiguration } = await Actor.getInput();
const proxy = await Actor.createProxyConfiguration(proxyConfiguration);
const limit = pLimit(maxRequestsPerSecond);
const sessions = new Map();

async function fetchProfile(url) {
    for (let tries = 0; tries < 3; tries += 1) {
        const proxyUrl = await proxy.newUrl();
        if (!sessions.has(proxyUrl)) sessions.set(proxyUrl, {});
        const response = await gotScraping({ url, proxyUrl, sessionToken: sessions.get(proxyUrl) }).catch(() => null);
        if (response?.statusCode === 200) {
            const profile = readWithCheerio(load(response.body));
            if (profile.full_name) return Actor.pushData({ url, status: 'success', profile });
        }
    }
    return Actor.pushData({ url, status: 'error' });
}

const tasks = [];
for (const url of profileUrls) {
    tasks.push(limit(fetchProfile, url));
    await new Promise((resolve) => setTimeout(resolve, 1000 / maxRequestsPerSecond));
}
await Promise.all(tasks);
await Actor.exit();
