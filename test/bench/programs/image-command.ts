import { readFileSync } from 'node:fs';

export type ImageCommand = { command: string; env: Record<string, string> };

/** What the image starts and the environment it sets, read off the Dockerfile's last stage. */
export function readImageCommand(): ImageCommand {
    const stage =
        readFileSync('Dockerfile', 'utf8')
            .split(/^FROM /m)
            .at(-1) ?? '';
    const command = /^CMD (.+)$/m.exec(stage)?.[1];
    if (!command) throw new Error('the Dockerfile has no CMD');
    const env = [...stage.matchAll(/^ENV (\w+)="?([^"\n]*)"?$/gm)].map(([, name = '', value = '']) => [name, value]);
    return { command, env: Object.fromEntries(env) };
}
