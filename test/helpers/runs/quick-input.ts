/** Input of a run in test mode that does not take long. */
export const quickInput = { mode: 'test', maxRequestsPerSecond: 50, maxAttempts: 3, timeoutSecs: 5 };

export const urlOf = (handle: string) => `https://www.linkedin.com/in/${handle}/`;
