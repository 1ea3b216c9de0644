using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Bootstrap.Tokens;

/// <summary>
/// The ConfigMap <c>kube-public/cluster-info</c>: where the API is and whom to trust, readable by everybody, with a signature
/// <c>jws-kubeconfig-ID</c> of each token that may sign. Pure.
/// </summary>
internal static class ClusterInfo
{
    public static readonly ResourceKey Key = new(KnownTypes.ConfigMaps, "kube-public", "cluster-info");

    private const string SignaturePrefix = "jws-kubeconfig-";
    private const string Written = "crescent.local/written-kubeconfig";

    /// <summary>The kubeconfig of somebody who knows nothing yet: a cluster and no user.</summary>
    public static string Kubeconfig(string server, string pem) => $"""
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(pem))}
            server: {server}
          name: ""
        contexts: null
        current-context: ""
        kind: Config
        preferences: {"{}"}
        users: null

        """;

    public static JsonObject Body(string kubeconfig, IEnumerable<BootstrapToken> signers)
    {
        var data = new JsonObject { ["kubeconfig"] = kubeconfig };
        foreach (var token in signers)
        {
            data[SignaturePrefix + token.Id] = DetachedSignature.Of(kubeconfig, token);
        }

        return new()
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = Key.Name, ["namespace"] = Key.Namespace, ["annotations"] = new JsonObject { [Written] = Hash(kubeconfig) },
            },
            ["data"] = data,
        };
    }

    /// <summary>
    /// A merge patch; null when all is right. A kubeconfig that somebody else wrote is signed as it is, one that was written here follows the
    /// cluster's authority and address.
    /// </summary>
    public static JsonObject? Repair(ResourceSnapshot present, string kubeconfig, IReadOnlyCollection<BootstrapToken> signers)
    {
        var body = present.View();
        var data = body.At("data").TextMap();
        var text = data.GetValueOrDefault("kubeconfig", "");
        var patch = new JsonObject();
        var changes = new JsonObject();
        if (text.Length == 0 || (text != kubeconfig && body.At("metadata", "annotations", Written).ValueEqualsText(Hash(text))))
        {
            text = kubeconfig;
            changes["kubeconfig"] = text;
            patch["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Written] = Hash(text) } };
        }

        var wanted = signers.ToDictionary(static token => SignaturePrefix + token.Id, token => DetachedSignature.Of(text, token), StringComparer.Ordinal);
        foreach (var (name, signature) in wanted.Where(item => data.GetValueOrDefault(item.Key) != item.Value))
        {
            changes[name] = signature;
        }

        foreach (var name in data.Keys.Where(name => name.StartsWith(SignaturePrefix, StringComparison.Ordinal) && !wanted.ContainsKey(name)))
        {
            changes[name] = null;
        }

        if (changes.Count == 0)
        {
            return null;
        }

        patch["data"] = changes;
        return patch;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
