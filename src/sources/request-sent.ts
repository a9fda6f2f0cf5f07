import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

const listeners = new AsyncLocalStorage<() => void>();
const waiting = new WeakMap<object, () => void>();

// `fetch` itself does not tell when its request leaves. Undici, which it is made of, does so on two documented channels;
// a request is known to the first one before it has a connection. The one file that knows of them.
subscribe('undici:request:create', (message) => {
    const onSent = listeners.getStore();
    if (onSent) waiting.set((message as { request: object }).request, onSent);
});
subscribe('undici:client:sendHeaders', (message) => {
    waiting.get((message as { request: object }).request)?.();
});

/** Runs `work`; `onSent` is called as soon as a request that `fetch` makes in it has left this process. */
export function watchSending<T>(onSent: () => void, work: () => Promise<T>): Promise<T> {
    return listeners.run(onSent, work);
}
