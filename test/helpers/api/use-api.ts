import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import {
    profileUrl,
    startApi,
    type Account,
    type ApiResponse,
    type RunningApi,
    type StartApiOptions,
} from './start-api.ts';

/** The API of the test file, an account of the running test, and checks against the API's OpenAPI document. */
export let api: RunningApi;
export let account: Account;
export let checks: ReturnType<typeof createContractChecks>;

/** Starts one API for all tests of a file. Each test gets a new account and empty lists of what was fetched. */
export function useApi(getOptions: () => StartApiOptions | Promise<StartApiOptions> = () => ({})): void {
    beforeAll(async () => {
        api = await startApi(await getOptions());
        checks = createContractChecks((await api.send('/openapi.json')).json);
    });
    afterAll(() => api.stop());
    beforeEach(async () => {
        account = await api.createAccount();
        for (const list of [api.fetched, api.companiesFetched]) list.length = 0;
    });
}

/** Checks responses against the server's own OpenAPI document. */
function createContractChecks(openApiDocument: object) {
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, int64: true } });
    ajv.addSchema(openApiDocument, 'api');

    function expectSchema(json: unknown, id: string): void {
        const isValid = ajv.validate({ $ref: `api#/components/schemas/${id}` }, json);
        expect(isValid ? [] : ajv.errors).toEqual([]);
    }

    return {
        expectSchema,
        /** Checks status, code, envelope and request id of an error. */
        expectError(response: ApiResponse, status: number, code: string, retryable: boolean): void {
            expect(response.status).toBe(status);
            expectSchema(response.json, 'ErrorResponse');
            expect(response.json.error).toMatchObject({ code, retryable });
            expect(response.json.error.message).toMatch(/\.$/);
            expect(response.headers.get('x-request-id')).toBe(response.json.error.request_id);
            expect(response.headers.get('content-type')).toMatch(/^application\/json/);
        },
    };
}

/** A request body for one sandbox handle. */
export const one = (handle: string) => ({ url: profileUrl(handle) });

/** A request body for several sandbox handles. */
export const many = (...handles: string[]) => ({ urls: handles.map((handle) => profileUrl(handle)) });
