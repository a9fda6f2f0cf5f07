// Apify's TypeScript starter, as it stands after `apify create`; with a request list, which costs less than its queue.
import { Actor } from 'apify';
import { CheerioCrawler, RequestList } from 'crawlee';

await Actor.init();
const { startUrls = [] } = (await Actor.getInput()) ?? {};
const crawler = new CheerioCrawler({
    requestList: await RequestList.open(null, startUrls),
    maxRequestsPerCrawl: 100,
    async requestHandler({ request, $ }) {
        await Actor.pushData({ url: request.loadedUrl, title: $('title').text() });
    },
});
await crawler.run();
await Actor.exit();
