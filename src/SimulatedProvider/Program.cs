using SimulatedProvider;

return await SimulatorProcess.RunAsync(args, Console.Out, Console.Error);
