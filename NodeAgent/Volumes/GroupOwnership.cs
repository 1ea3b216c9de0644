using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Crescent.NodeAgent.Volumes;

/// <summary>Gives a volume to the group its pod names with <c>fsGroup</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class GroupOwnership
{
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead;
    private const UnixFileMode ReadWrite = Read | UnixFileMode.UserWrite | UnixFileMode.GroupWrite;
    private const UnixFileMode Directories = UnixFileMode.SetGroup | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;

    /// <summary>Everything in the directory, and itself: the group owns it, may read it and, unless it is read-only, write it. What is made in
    /// it later belongs to the group too. Links stay as they are.</summary>
    public static void Give(string directory, long group, bool isReadOnly)
    {
        var granted = isReadOnly ? Read : ReadWrite;
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(new DirectoryInfo(directory)))
        {
            if (ChangeOwner(entry.FullName, -1, (int)group) != 0)
            {
                throw new IOException($"{entry.FullName} could not be given to group {group}: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            if (entry.LinkTarget is null)
            {
                File.SetUnixFileMode(entry.FullName, entry.UnixFileMode | granted | (entry is DirectoryInfo ? Directories : UnixFileMode.None));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int owner, int group);
}
