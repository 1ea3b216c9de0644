namespace Crescent.Testing.HollowNodes;

/// <summary>What a hollow node claims to be.</summary>
public sealed class HollowNodeOptions
{
    public string Cpu { get; set; } = "8";

    public string Memory { get; set; } = "32Gi";

    public int Pods { get; set; } = 110;

    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>False: pods are taken in and stay as they are.</summary>
    public bool RunsPods { get; set; } = true;
}
