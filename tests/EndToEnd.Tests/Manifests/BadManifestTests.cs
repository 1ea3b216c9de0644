using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Manifests;

[Collection(SqliteCollection.Name)]
public sealed class BadManifestTests(SqliteCluster cluster)
{
    private static string Deployment(string name, string replicas = "1", string extra = "", string image = "image: crescent.local/busybox:1") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: {{name}} }
        spec:
          replicas: {{replicas}}
          {{extra}}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              containers: [{ name: main, {{image}} }]
        """;

    public static TheoryData<string, string> Cases => new()
    {
        { Deployment("wrong-type", replicas: "three"), "cannot unmarshal string into Go struct field" },
        { Deployment("unknown-field", extra: "replicaz: 3"), "strict decoding error: unknown field \"spec.replicaz\"" },
        { Deployment("no-image", image: ""), "spec.template.spec.containers[0].image: Required value" },
        { Deployment("Not_A_Label"), "metadata.name: Invalid value: \"Not_A_Label\": a lowercase RFC 1123 subdomain must consist of" },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task Apply_BadManifest_IsRefusedInKubernetesWordsAndNothingIsStored(string manifest, string message)
    {
        var kubectl = cluster.Kubectl();
        var refused = (await kubectl.RunAsync(["create", "--validate=strict", "-f", "-"], manifest)).Refused();
        Assert.Contains(message, refused, StringComparison.Ordinal);
        Assert.Equal("", await kubectl.DoAsync("get", "deployments", "-n", "default", "-o", "name"));
    }
}
