/** Input of a fast run in test mode. */
export const quickInput = { mode: 'test', maxRequestsPerSecond: 50, maxAttempts: 3, timeoutSecs: 5 };

export const urlOf = (handle: string) => `https://www.linkedin.com/in/${handle}/`;
