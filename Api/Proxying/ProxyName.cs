namespace Crescent.Api.Proxying;

/// <summary><c>name</c>, <c>name:port</c> or <c>scheme:name:port</c>, the port possibly empty.</summary>
internal readonly record struct ProxyName(string Scheme, string Name, string Port)
{
    public static bool TryParse(string text, out ProxyName name)
    {
        var parts = text.Split(':');
        name = parts.Length switch
        {
            1 => new("http", parts[0], ""),
            2 => new("http", parts[0], parts[1]),
            3 => new(parts[0].Length == 0 ? "http" : parts[0], parts[1], parts[2]),
            _ => default,
        };
        return name.Scheme is "http" or "https" && name.Name.Length != 0 && (parts.Length != 2 || parts[1].Length != 0);
    }
}
