import { mkdir } from 'node:fs/promises';
import { lockFolder } from './folder-lock.ts';

/**
 * Whether this process has the folder to itself until it ends; false when another one is at work in it. Where a folder
 * cannot be locked (a path too long for a socket, a system without them) it is taken without.
 */
export async function takeFolder(folder: string): Promise<boolean> {
    try {
        await mkdir(folder, { recursive: true });
        return (await lockFolder(folder)).kind === 'locked';
    } catch {
        return true;
    }
}
