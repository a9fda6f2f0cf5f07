import { accountName } from '../../accounts/gatekeeper.ts';
import type { Caller } from '../../accounts/request-ledger.ts';

/** How long the source may take for one URL, in seconds: with a rate, this tells how many can be at work at once. */
const urlBudgetSecs = 8;

/** How many URLs of an account's batches may wait for their turn. */
const maxWaiting = 200;

type Account = { name: string; atWork: number; waiting: number; maxAtWork: number; maxWaiting: number };

/** A request's share of its account's workload. */
export type Share = {
    /** The request's next URL begins; to be told when it is done. */
    begin(): () => void;
    /** The URLs of the request that have not begun never will. */
    end(): void;
};

/** Counts what each account has at work in this process, so that none takes the place of all. */
export type Workload = {
    /** The accounts that may not have so many more URLs at work or waiting, by `accountName`. */
    listBusy(urls: number): string[];
    /** Takes a share for a request; null when there is no room after all. */
    claim(caller: Caller, urls: number, limits: { maxRequestsPerSecond: number; maxUrls: number }): Share | null;
    count(): { atWork: number; waiting: number };
};

/**
 * One account may have as many URLs at work as its rate and the time budget allow (32 at four a second), and 200 more of
 * its batches waiting, or one batch as large as its plan allows.
 */
export function createWorkload(): Workload {
    /** Accounts that have anything at work or waiting. */
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
