using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Crescent.Api.Resources;

/// <summary>Names from <c>metadata.generateName</c>, as Kubernetes builds them.</summary>
internal static class GeneratedName
{
    public const int MaxAttempts = 8;

    private const int SuffixLength = 5;
    private const int MaxLength = 63;

    /// <summary>No vowels and no digits that look like them, so no words come up.</summary>
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string From(string prefix)
    {
        var kept = prefix.Length > MaxLength - SuffixLength ? prefix[..(MaxLength - SuffixLength)] : prefix;
        return kept + RandomNumberGenerator.GetString(Alphabet, SuffixLength);
    }

    /// <summary>The body with <c>metadata.name</c> filled in.</summary>
    public static byte[] Fill(byte[] body, string name)
    {
        var root = JsonNode.Parse(body)!.AsObject();
        root["metadata"]!.AsObject()["name"] = name;
        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
