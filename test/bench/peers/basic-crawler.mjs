// A rate as one sets it with Crawlee: `maxRequestsPerMinute`.
import { Actor } from 'apify';
import { BasicCrawler, RequestList } from 'crawlee';

await Actor.init();
const { profileUrls, maxRequestsPerSecond } = await Actor.getInput();
const urls = profileUrls.map((url) => url.replace('https://www.linkedin.com', process.env.PUBLIC_PAGE_ORIGIN));
const crawler = new BasicCrawler({
    requestList: await RequestList.open(null, urls),
    maxRequestsPerMinute: maxRequestsPerSecond * 60,
    maxRequestRetries: 0,
    async requestHandler({ request, sendRequest }) {
        await sendRequest({ url: request.url, retry: { limit: 0 }, throwHttpErrors: false });
    },
});
await crawler.run();
await Actor.exit();
