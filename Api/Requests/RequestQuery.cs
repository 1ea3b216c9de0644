using System.Globalization;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Requests;

/// <summary>
/// Reading query parameters with Kubernetes' rules: booleans are <c>true</c>/<c>1</c>, absent and empty are the same, and of a parameter that is
/// given more than once the first counts (Go clients name the container of an exec twice).
/// </summary>
internal static class RequestQuery
{
    public static string Text(this IQueryCollection query, string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? string.Empty : string.Empty;

    /// <summary>A present but empty value counts as true, like <c>?watch</c>.</summary>
    public static bool Flag(this IQueryCollection query, string name) =>
        query.ContainsKey(name) && query.Text(name) is not ("false" or "0" or "False" or "FALSE");

    /// <summary>Null when absent; an error when it is no integer.</summary>
    public static bool TryInteger(this IQueryCollection query, string name, out long? value, out ResourceError? error)
    {
        error = null;
        value = null;
        var text = query.Text(name);
        if (text.Length == 0)
        {
            return true;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            value = number;
            return true;
        }

        error = ResourceErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        return false;
    }
}
