using System.Buffers.Binary;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>
/// A static Linux program of some 200 bytes that owns a pod's namespaces: it blocks all signals, waits for them, reaps children on
/// SIGCHLD and ends on SIGTERM and SIGINT. As process 1 it would never see a signal it does not wait for.
/// </summary>
/// <remarks>
/// <code>
///        set = ~0; rt_sigprocmask(SIG_BLOCK, &amp;set, 0, 8)
/// wait:  n = rt_sigtimedwait(&amp;set, 0, 0, 8)
///        if n == 15 or n == 2: exit(0)
///        if n != 17: goto wait
/// reap:  if wait4(-1, 0, WNOHANG, 0) > 0: goto reap
///        goto wait
/// </code>
/// </remarks>
internal static class PauseProgram
{
    private const ulong BaseAddress = 0x400000;
    private const int HeaderSize = 64 + 56;

    private static readonly byte[] Amd64 =
    [
        0x48, 0x83, 0xEC, 0x10,                         // sub  rsp, 16
        0x48, 0xC7, 0x04, 0x24, 0xFF, 0xFF, 0xFF, 0xFF, // mov  qword [rsp], -1
        0xB8, 0x0E, 0x00, 0x00, 0x00,                   // mov  eax, 14        rt_sigprocmask
        0x31, 0xFF,                                     // xor  edi, edi
        0x48, 0x89, 0xE6,                               // mov  rsi, rsp
        0x31, 0xD2,                                     // xor  edx, edx
        0x41, 0xBA, 0x08, 0x00, 0x00, 0x00,             // mov  r10d, 8
        0x0F, 0x05,                                     // syscall
        0xB8, 0x80, 0x00, 0x00, 0x00,                   // wait: mov eax, 128  rt_sigtimedwait
        0x48, 0x89, 0xE7,                               // mov  rdi, rsp
        0x31, 0xF6,                                     // xor  esi, esi
        0x31, 0xD2,                                     // xor  edx, edx
        0x41, 0xBA, 0x08, 0x00, 0x00, 0x00,             // mov  r10d, 8
        0x0F, 0x05,                                     // syscall
        0x83, 0xF8, 0x0F,                               // cmp  eax, 15
        0x74, 0x26,                                     // je   exit
        0x83, 0xF8, 0x02,                               // cmp  eax, 2
        0x74, 0x21,                                     // je   exit
        0x83, 0xF8, 0x11,                               // cmp  eax, 17
        0x75, 0xDD,                                     // jne  wait
        0xB8, 0x3D, 0x00, 0x00, 0x00,                   // reap: mov eax, 61   wait4
        0xBF, 0xFF, 0xFF, 0xFF, 0xFF,                   // mov  edi, -1
        0x31, 0xF6,                                     // xor  esi, esi
        0xBA, 0x01, 0x00, 0x00, 0x00,                   // mov  edx, 1         WNOHANG
        0x45, 0x31, 0xD2,                               // xor  r10d, r10d
        0x0F, 0x05,                                     // syscall
        0x85, 0xC0,                                     // test eax, eax
        0x7F, 0xE6,                                     // jg   reap
        0xEB, 0xC1,                                     // jmp  wait
        0xB8, 0x3C, 0x00, 0x00, 0x00,                   // exit: mov eax, 60
        0x31, 0xFF,                                     // xor  edi, edi
        0x0F, 0x05,                                     // syscall
    ];

    private static readonly uint[] Arm64 =
    [
        0x92800009, // mov x9, #-1
        0xF81F0FE9, // str x9, [sp, #-16]!
        0xD28010E8, // mov x8, #135   rt_sigprocmask
        0xD2800000, // mov x0, #0
        0x910003E1, // mov x1, sp
        0xD2800002, // mov x2, #0
        0xD2800103, // mov x3, #8
        0xD4000001, // svc #0
        0xD2801128, // wait: mov x8, #137   rt_sigtimedwait
        0x910003E0, // mov x0, sp
        0xD2800001, // mov x1, #0
        0xD2800002, // mov x2, #0
        0xD2800103, // mov x3, #8
        0xD4000001, // svc #0
        0x71003C1F, // cmp w0, #15
        0x540001C0, // b.eq exit
        0x7100081F, // cmp w0, #2
        0x54000180, // b.eq exit
        0x7100441F, // cmp w0, #17
        0x54FFFEA1, // b.ne wait
        0xD2802088, // reap: mov x8, #260   wait4
        0x12800000, // mov w0, #-1
        0xD2800001, // mov x1, #0
        0xD2800022, // mov x2, #1     WNOHANG
        0xD2800003, // mov x3, #0
        0xD4000001, // svc #0
        0x7100001F, // cmp w0, #0
        0x54FFFF2C, // b.gt reap
        0x17FFFFEC, // b wait
        0xD2800BA8, // exit: mov x8, #93
        0xD2800000, // mov x0, #0
        0xD4000001, // svc #0
    ];

    /// <summary>The program as an ELF file.</summary>
    /// <param name="architecture">In Go's words.</param>
    /// <exception cref="NotSupportedException">There is no program for that architecture; set another sandbox image.</exception>
    public static byte[] Build(string architecture)
    {
        var (machine, code) = architecture switch
        {
            "amd64" => ((ushort)62, Amd64),
            "arm64" => ((ushort)183, Bytes(Arm64)),
            _ => throw new NotSupportedException($"no sandbox program for architecture '{architecture}'; set Docker:SandboxImage"),
        };

        var file = new byte[HeaderSize + code.Length];
        var header = file.AsSpan();
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2);                                 // executable
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);                                 // version
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], BaseAddress + HeaderSize);          // entry
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], 64);                                // program headers
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1);
        var segment = header[64..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1);                                      // load
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5);                                 // read, execute
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], BaseAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], BaseAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
        code.CopyTo(header[HeaderSize..]);
        return file;
    }

    private static byte[] Bytes(uint[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), words[i]);
        }

        return bytes;
    }
}
