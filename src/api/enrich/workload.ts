import { accountName } from '../../accounts/gatekeeper.ts';
import type { Caller } from '../../accounts/request-ledger.ts';

/** The time budget of a URL, in seconds: times the rate, the maximum number of URLs in progress. */
const urlBudgetSecs = 8;

/** The maximum number of waiting URLs of an account's batches. */
const maxWaiting = 200;

type Account = { name: string; atWork: number; waiting: number; maxAtWork: number; maxWaiting: number };

/** A request's share of its account's workload. */
export type Share = {
    /** Starts the request's next URL; the returned function ends it. */
    begin(): () => void;
    /** Drops the URLs of the request that have not been started. */
    end(): void;
};

/** Counts each account's URLs in this process, so that no account takes all the capacity. */
export type Workload = {
    /** The accounts without room for this many more URLs, by `accountName`. */
    listBusy(urls: number): string[];
    /** Takes a share for a request; null if there is no room. */
    claim(caller: Caller, urls: number, limits: { maxRequestsPerSecond: number; maxUrls: number }): Share | null;
    count(): { atWork: number; waiting: number };
};

/**
 * An account may have as many URLs in progress as its rate allows in the time budget (32 at 4 per second), and 200 more
 * URLs of batches waiting, or one batch of the size of its plan.
 */
export function createWorkload(): Workload {
    /** Accounts with URLs in progress or waiting. */
    const accounts = new Map<string, Account>();

    const hasRoom = (account: Account, urls: number) =>
        account.atWork < account.maxAtWork && account.waiting + urls - 1 <= account.maxWaiting;

    return {
        listBusy: (urls) => [...accounts.values()].filter((account) => !hasRoom(account, urls)).map(({ name }) => name),
        claim(caller, urls, { maxRequestsPerSecond, maxUrls }) {
            const name = accountName(caller);
            const account = accounts.get(name) ?? { name, atWork: 0, waiting: 0, maxAtWork: 0, maxWaiting: 0 };
            account.maxAtWork = Math.ceil(maxRequestsPerSecond * urlBudgetSecs);
            account.maxWaiting = Math.max(maxWaiting, maxUrls - 1);
            if (!hasRoom(account, urls)) return null;
            accounts.set(name, account);
            let left = urls;
            account.waiting += left;
            const forget = () => {
                if (account.atWork + account.waiting === 0) accounts.delete(name);
            };
            return {
                begin() {
                    left -= 1;
                    account.waiting -= 1;
                    account.atWork += 1;
                    return () => {
                        account.atWork -= 1;
                        forget();
                    };
                },
                end() {
                    account.waiting -= left;
                    left = 0;
                    forget();
                },
            };
        },
        count() {
            const all = [...accounts.values()];
            return {
                atWork: all.reduce((sum, { atWork }) => sum + atWork, 0),
                waiting: all.reduce((sum, { waiting }) => sum + waiting, 0),
            };
        },
    };
}
