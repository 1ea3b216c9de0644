using Crescent.NodeAgent.Pods;
using k8s.Models;

namespace Crescent.NodeAgent.Volumes;

/// <summary>Checks a hostPath against its type, see <see href="https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types">hostPath</see>.</summary>
internal static class HostPaths
{
    /// <exception cref="ConfigurationException">The path is not what the pod says it is.</exception>
    public static void Check(V1HostPathVolumeSource volume)
    {
        var path = volume.Path;
        switch (volume.Type)
        {
            case "DirectoryOrCreate" when !Directory.Exists(path):
                Directory.CreateDirectory(path);
                break;
            case "FileOrCreate" when !File.Exists(path):
                File.Create(path).Dispose();
                break;
            case "Directory" when !Directory.Exists(path):
                throw new ConfigurationException($"hostPath type check failed: {path} is not a directory");
            case "File" when !File.Exists(path) || Directory.Exists(path):
                throw new ConfigurationException($"hostPath type check failed: {path} is not a file");
            case "Socket" or "CharDevice" or "BlockDevice" when !Path.Exists(path):
                throw new ConfigurationException($"hostPath type check failed: {path} is not a {Words(volume.Type)} file");
            case null or "" when !Path.Exists(path):
                // What a container runtime does with a bind mount whose source is missing.
                Directory.CreateDirectory(path);
                break;
        }
    }

    private static string Words(string type) => type switch { "Socket" => "socket", "CharDevice" => "character device", _ => "block device" };
}
