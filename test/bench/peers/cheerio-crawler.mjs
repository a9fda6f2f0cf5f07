// The same job as one writes it with Crawlee: a list of profile URLs in, one row a profile out.
import { Actor } from 'apify';
import { CheerioCrawler, RequestList } from 'crawlee';
import { readWithCheerio } from './read-with-cheerio.mjs';

await Actor.init();
const { profileUrls, maxRequestsPerSecond, proxyConfiguration } = await Actor.getInput();
const urls = profileUrls.map((url) => url.replace('https://www.linkedin.com', process.env.PUBLIC_PAGE_ORIGIN));
const crawler = new CheerioCrawler({
    // Cheaper than the queue that `run(urls)` makes.
    requestList: await RequestList.open(null, urls),
    ...(proxyConfiguration
        ? {
              proxyConfiguration: await Actor.createProxyConfiguration(proxyConfiguration),
              maxRequestsPerMinute: maxRequestsPerSecond * 60,
          }
        : {}),
    async requestHandler({ request, $ }) {
        await Actor.pushData({ url: request.url, status: 'success', profile: readWithCheerio($) });
    },
});
await crawler.run();
await Actor.exit();
