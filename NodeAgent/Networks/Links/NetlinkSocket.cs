using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Crescent.NodeAgent.Networks.Links;

/// <summary>A routing socket. It belongs to the network namespace its thread was in when it was opened.</summary>
internal sealed partial class NetlinkSocket : IDisposable
{
    private const int Netlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int NetworkNamespace = 0x40000000;

    private readonly int _descriptor = Check(socket(Netlink, RawCloseOnExec, 0), "open a routing socket");

    /// <summary>Moves the calling thread into the network namespace of a process. The thread is good for nothing else afterwards.</summary>
    public static void Enter(long processId)
    {
        var descriptor = Check(open($"/proc/{processId}/ns/net", ReadOnlyCloseOnExec), $"open the network of process {processId}");
        try
        {
            Check(setns(descriptor, NetworkNamespace), $"enter the network of process {processId}");
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <summary>Index of an interface in the calling thread's network namespace; 0 when there is none of that name.</summary>
    public static int IndexOf(string name) => (int)if_nametoindex(name);

    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public void Ask(NetlinkRequest request, string what)
    {
        if (TryAsk(request) is var error and not 0)
        {
            throw new Win32Exception(error, $"cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>The kernel's error number; 0 when it did as asked.</summary>
    public int TryAsk(NetlinkRequest request)
    {
        var bytes = request.ToBytes();
        Check((int)send(_descriptor, bytes, (nuint)bytes.Length, 0), "send to the routing socket");
        var answer = new byte[8192];
        var length = Check((int)recv(_descriptor, answer, (nuint)answer.Length, 0), "read from the routing socket");
        return NetlinkRequest.ErrorOf(answer.AsSpan(0, length));
    }

    public void Dispose() => _ = close(_descriptor);

    private static int Check(int result, string what)
    {
        if (result < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, byte[] buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, byte[] buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int descriptor, int type);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);
}
