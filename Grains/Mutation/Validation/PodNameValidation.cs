using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>How names are looked up inside a pod: <c>dnsPolicy</c>, <c>dnsConfig</c> and <c>hostAliases</c>.</summary>
internal static class PodNameValidation
{
    private const int MostServers = 3;
    private const int MostSearches = 32;
    private const int LongestSearch = 2048;

    public static void Validate(JsonObject? spec, string path, Problems problems)
    {
        problems.OneOf(spec, "dnsPolicy", path, "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        var (config, at) = (spec.Object("dnsConfig"), $"{path}.dnsConfig");
        var servers = config.Texts("nameservers").ToList();
        if (spec.Text("dnsPolicy") == "None" && servers.Count == 0)
        {
            problems.Required($"{at}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }

        if (servers.Count > MostServers)
        {
            problems.Invalid($"{at}.nameservers", config!["nameservers"]!.DeepClone(), $"must not have more than {MostServers} nameservers");
        }

        for (var index = 0; index < servers.Count; index++)
        {
            AddressText.Address(servers[index], $"{at}.nameservers[{index}]", problems);
        }

        Searches(config, at, problems);
        var option = 0;
        foreach (var name in config.Objects("options").Select(static item => item.Text("name")))
        {
            if (name.Length == 0)
            {
                problems.Required($"{at}.options[{option}]", "must not be empty");
            }

            option++;
        }

        Aliases(spec, $"{path}.hostAliases", problems);
    }

    private static void Searches(JsonObject? config, string path, Problems problems)
    {
        var searches = config.Texts("searches").ToList();
        if (searches.Count > MostSearches)
        {
            problems.Invalid($"{path}.searches", config!["searches"]!.DeepClone(), $"must not have more than {MostSearches} search paths");
        }

        if (string.Join(' ', searches).Length > LongestSearch)
        {
            problems.Invalid($"{path}.searches", config!["searches"]!.DeepClone(), $"must not have more than {LongestSearch} characters (including spaces) in the search list");
        }

        for (var index = 0; index < searches.Count; index++)
        {
            var search = searches[index];
            if (search != "." && NameRules.Subdomain(search.EndsWith('.') ? search[..^1] : search) is { } problem)
            {
                problems.Invalid($"{path}.searches[{index}]", search, problem);
            }
        }
    }

    private static void Aliases(JsonObject? spec, string path, Problems problems)
    {
        var index = 0;
        foreach (var alias in spec.Objects("hostAliases"))
        {
            AddressText.Address(alias.Text("ip"), $"{path}[{index++}].ip", problems);
            foreach (var name in alias.Texts("hostnames"))
            {
                if (NameRules.Subdomain(name) is { } problem)
                {
                    problems.Invalid($"{path}.hostnames", name, problem);
                }
            }
        }
    }
}
