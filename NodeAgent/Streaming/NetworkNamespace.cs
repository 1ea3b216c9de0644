using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Crescent.NodeAgent.Streaming;

/// <summary>
/// Makes sockets inside the network namespace of a process. A socket belongs to the namespace its thread was in when it was made, so a
/// thread of its own enters the namespace, makes the socket and ends; everything else can be done with it from anywhere.
/// </summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <exception cref="IOException">The process has gone, or this process may not enter its namespace.</exception>
    [SupportedOSPlatform("linux")]
    public static async Task<Socket> CreateSocketAsync(long processId, AddressFamily family)
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Enter(processId);
                made.SetResult(new Socket(family, SocketType.Stream, ProtocolType.Tcp));
            }
            catch (Exception exception)
            {
                made.SetException(exception as IOException ?? new IOException(exception.Message, exception));
            }
        }, maxStackSize: 128 * 1024) { IsBackground = true, Name = "network namespace" }.Start();
        return await made.Task;
    }

    private static void Enter(long processId)
    {
        using var handle = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/ns/net"), share: FileShare.ReadWrite);
        if (SetNamespace(handle, CloneNewNet) != 0)
        {
            throw new IOException($"cannot enter the network namespace of process {processId}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeHandle handle, int kind);
}
