using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Crescent.NodeAgent.Volumes;

/// <summary>emptyDir in memory: a tmpfs on Linux; elsewhere an ordinary directory.</summary>
internal static partial class ScratchMemory
{
    public static void Mount(string directory, decimal? sizeLimit)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var options = sizeLimit is > 0 ? string.Create(CultureInfo.InvariantCulture, $"size={sizeLimit:0}") : "";
        if (mount("tmpfs", directory, "tmpfs", 0, options) != 0)
        {
            throw new IOException($"cannot mount memory on {directory}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    /// <summary>Unmounts every memory volume of a pod.</summary>
    public static void UnmountAll(string podDirectory)
    {
        var volumes = Path.Combine(podDirectory, "volumes", "kubernetes.io~empty-dir");
        if (!OperatingSystem.IsLinux() || !Directory.Exists(volumes))
        {
            return;
        }

        foreach (var line in File.ReadLines("/proc/self/mounts"))
        {
            var point = line.Split(' ')[1];
            if (point.StartsWith(volumes + "/", StringComparison.Ordinal))
            {
                // Detached now, gone when the last user is.
                _ = umount2(point, 2);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
