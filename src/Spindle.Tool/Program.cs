using System.CommandLine;
using Spindle.Tool;

RootCommand root = new("Twisted's reactor for .NET, from the command line.")
{
    EchoCommand.Create(),
    RelayCommand.Create(),
};
return Runner.Invoke(root, args);
