using System.Text;
using System.Text.Json;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Images;

/// <summary>Logins out of a pod's imagePullSecrets (<c>kubernetes.io/dockerconfigjson</c> and <c>kubernetes.io/dockercfg</c>).</summary>
internal sealed class RegistryCredentials(INodeObjects objects)
{
    /// <summary>Those that fit the image's registry, in the pod's order.</summary>
    public IReadOnlyList<RegistryCredential> For(V1Pod pod, ImageReference image)
    {
        var found = new List<RegistryCredential>();
        foreach (var named in pod.Spec.ImagePullSecrets ?? [])
        {
            var secret = objects.FindSecret(pod.Metadata.NamespaceProperty, named.Name ?? "");
            if (secret?.Data is null)
            {
                continue;
            }

            if (secret.Data.TryGetValue(".dockerconfigjson", out var config))
            {
                Read(config, "auths", image, found);
            }
            else if (secret.Data.TryGetValue(".dockercfg", out var old))
            {
                Read(old, null, image, found);
            }
        }

        return found;
    }

    private static void Read(byte[] json, string? member, ImageReference image, List<RegistryCredential> found)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var servers = document.RootElement;
            if (member is not null && !servers.TryGetProperty(member, out servers))
            {
                return;
            }

            foreach (var server in servers.EnumerateObject().Where(server => Matches(server.Name, image)))
            {
                found.Add(ReadLogin(server.Name, server.Value));
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            // A secret that cannot be read is no login; the registry's refusal tells the user.
            return;
        }
    }

    private static RegistryCredential ReadLogin(string server, JsonElement login)
    {
        var (user, password) = (Text(login, "username"), Text(login, "password"));
        if (Text(login, "auth") is { Length: > 0 } auth)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0)
            {
                (user, password) = (pair[..colon], pair[(colon + 1)..]);
            }
        }

        return new RegistryCredential(server, user, password, Text(login, "identitytoken"));
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static bool Matches(string server, ImageReference image)
    {
        var host = server.Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal);
        var name = host.Split('/')[0];
        return image.Registry == name || (image.Registry == "docker.io" && name is "index.docker.io" or "registry-1.docker.io");
    }
}
