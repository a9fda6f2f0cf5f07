import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { profileUrl, type ApiResponse } from './start-api.ts';

/** Checks responses against the server's own OpenAPI document. */
export function createContractChecks(openApiDocument: object) {
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
