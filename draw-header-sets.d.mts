import type { HeaderSet } from './src/sources/public-page/http/chrome.ts';

export declare function drawHeaderSets(): HeaderSet[];
export declare function writeHeaderSets(): void;
