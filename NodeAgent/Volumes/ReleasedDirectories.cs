using System.Collections.Immutable;
using Crescent.Nodes;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Volumes;

/// <summary>Removes the directories of provisioned volumes that nobody claims any more.</summary>
internal static partial class ReleasedDirectories
{
    /// <summary>Names of the volumes whose directories are gone.</summary>
    public static ImmutableArray<string> Remove(ImmutableArray<ReleasedVolume> volumes, ILogger logger)
    {
        var gone = ImmutableArray.CreateBuilder<string>();
        foreach (var volume in volumes)
        {
            // Only what was made for the volume bears its name; anything else is left alone, and so is the volume.
            if (!volume.Name.StartsWith("pvc-", StringComparison.Ordinal) || Path.GetFileName(volume.Path) != volume.Name)
            {
                continue;
            }

            try
            {
                if (Directory.Exists(volume.Path))
                {
                    Directory.Delete(volume.Path, recursive: true);
                }

                gone.Add(volume.Name);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                LogKept(logger, volume.Path, problem);
            }
        }

        return gone.ToImmutable();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not remove the directory {Path} of a released volume")]
    private static partial void LogKept(ILogger logger, string path, Exception problem);
}
