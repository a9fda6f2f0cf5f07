import { expect, it, vi } from 'vitest';
import { createLog } from '../../src/actor/log.ts';

it('removes control characters from messages and warnings', () => {
    const written: string[] = [];
    const stdout = vi.spyOn(console, 'log').mockImplementation((line: string) => void written.push(line));
    const log = createLog();
    log.print('a\u001b[2K\r\u0008b\u202ec\u2028d\u200be\u0085f');
    log.warn('g\u009b31mh');
    log.print('a table\n\tof two lines');
    log.showBar({ print: (line) => written.push(`above the bar: ${line}`), close() {} });
    log.print('\u0007i');
    log.closeBar();
    stdout.mockRestore();
    expect(written).toEqual(['a[2Kbcdef', 'g31mh', 'a table\n\tof two lines', 'above the bar: i']);
    expect(log.warnings).toEqual(['g31mh']);
});
