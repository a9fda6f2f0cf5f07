import type { HeaderSet } from './src/sources/public-page/browser-headers.ts';

export declare function drawHeaderSets(): HeaderSet[];
export declare function writeHeaderSets(): void;
