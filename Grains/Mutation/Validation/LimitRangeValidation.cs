using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>LimitRanges: per resource, min ≤ default request ≤ default ≤ max.</summary>
internal static class LimitRangeValidation
{
    public static void Validate(JsonObject range, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var limit in range.Object("spec").Objects("limits"))
        {
            var (at, type) = ($"spec.limits[{index++}]", limit.Text("type"));
            if (!seen.Add(type))
            {
                problems.Duplicate($"{at}.type", type);
            }

            if (type == "Pod")
            {
                foreach (var name in (ReadOnlySpan<string>)["default", "defaultRequest"])
                {
                    if (limit.Object(name) is { Count: > 0 })
                    {
                        problems.Forbidden($"{at}.{name}", "may not be specified when `type` is 'Pod'");
                    }
                }
            }

            if (type == "PersistentVolumeClaim" && !limit.Object("min").Has("storage") && !limit.Object("max").Has("storage"))
            {
                problems.Required($"{at}.limits", "either minimum or maximum storage value is required, but neither was provided");
            }

            foreach (var name in Names(limit))
            {
                Amounts(limit, name, at, problems);
            }
        }
    }

    private static IEnumerable<string> Names(JsonObject limit) =>
        ((string[])["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"]).SelectMany(list => (limit.Object(list) ?? []).Select(static member => member.Key))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static void Amounts(JsonObject limit, string name, string path, Problems problems)
    {
        var (max, min, standard, request) = (Read(limit, "max", name), Read(limit, "min", name), Read(limit, "default", name), Read(limit, "defaultRequest", name));
        (string List, BigInteger? Low, string LowWord, BigInteger? High, string HighWord, string HighList)[] orders =
        [
            ("min", min, "min value", max, "max value", "max"),
            ("defaultRequest", min, "min value", request, "default request value", "min"),
            ("defaultRequest", request, "default request value", max, "max value", "max"),
            ("defaultRequest", request, "default request value", standard, "default limit value", "default"),
            ("default", min, "min value", standard, "default value", "min"),
            ("default", standard, "default value", max, "max value", "max"),
        ];
        foreach (var (list, low, lowWord, high, highWord, other) in orders)
        {
            if (low > high)
            {
                var (lowText, highText) = other == "min"
                    ? (limit.Object("min").Text(name), limit.Object(list).Text(name)) : (limit.Object(list).Text(name), limit.Object(other).Text(name));
                problems.Invalid($"{path}.{list}[{name}]", limit.Object(list)![name]!.DeepClone(), $"{lowWord} {lowText} is greater than {highWord} {highText}");
            }
        }

        if (limit.Object("maxLimitRequestRatio").Text(name) is { Length: > 0 } text && QuantityText.TryParseNano(text, out var ratio)
            && QuantityText.TryParseNano("1", out var one) && ratio < one)
        {
            problems.Invalid($"{path}.maxLimitRequestRatio[{name}]", text, $"ratio {text} is less than 1");
        }
    }

    private static BigInteger? Read(JsonObject limit, string list, string name) =>
        limit.Object(list).Has(name) && QuantityText.TryParseNano(limit.Object(list).Text(name), out var amount) ? amount : null;
}
