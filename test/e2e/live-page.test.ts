import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runActor } from '../helpers/runs/run-actor.ts';

describe('a run whose port is in use', () => {
    it('logs that the live page is off, and completes', async () => {
        const other = createServer();
        await new Promise<void>((resolve) => {
            other.listen(0, '127.0.0.1', resolve);
        });
        const { port } = other.address() as AddressInfo;
        const input = { mode: 'test', profileUrls: ['https://www.linkedin.com/in/example-1/'] };
        const result = await runActor(input, { env: { ACTOR_WEB_SERVER_PORT: String(port) } });
        other.close();
        expect(result.exitCode).toBe(0);
        expect(result.output.found).toBe(1);
        expect(result.log).toContain(`The live page is off: port ${port} cannot be used`);
    });
});
