using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.OpenApi;

/// <summary>
/// Swagger UI under <c>/swagger</c> with all documents to choose from. Pages and documents describe the API and hold no data: they are
/// open to everybody, while the operations ask for credentials as ever.
/// </summary>
internal static class SwaggerPages
{
    private const string Root = "/swagger";
    private const string Documents = "/swagger/documents/";

    public static IApplicationBuilder UseSwaggerPages(this IApplicationBuilder application, OpenApiEndpoint documents)
    {
        application.Use(next => context => context.Request.Path.StartsWithSegments(Documents.TrimEnd('/'), out var rest)
            && documents.Names.Contains(rest.Value!.TrimStart('/'))
            && HttpMethods.IsGet(context.Request.Method)
                ? documents.WriteDocumentAsync(context, rest.Value.TrimStart('/'))
                : next(context));
        return application.UseWhen(static context => context.Request.Path.StartsWithSegments(Root), branch =>
        {
            // The file middleware inside leaves requests alone that routing has already given to an endpoint.
            branch.Use(static next => context =>
            {
                context.SetEndpoint(null);
                return next(context);
            });
            branch.UseSwaggerUI(ui =>
            {
                ui.RoutePrefix = Root.TrimStart('/');
                ui.DocumentTitle = "Crescent API";
                foreach (var name in documents.Names)
                {
                    ui.SwaggerEndpoint($"{Documents}{name}", name);
                }
            });
        });
    }
}
